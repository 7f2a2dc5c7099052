"""Random histories of real tills and a real head office over a wire that harms messages."""
