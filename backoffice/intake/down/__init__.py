"""Down-streams as tills read them: manifest, chunks, tail, content."""
