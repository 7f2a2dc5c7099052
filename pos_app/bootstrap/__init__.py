"""The one composition root: the only place that knows all parts of the till."""
