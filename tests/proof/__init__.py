"""The long proofs, one module a part; ``python -m tests.proof`` runs them and writes a report."""
