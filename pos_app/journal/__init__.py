"""The till's journal: appended, chained, numbered and verified here and nowhere else."""
