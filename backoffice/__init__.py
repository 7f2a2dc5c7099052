"""The head office: takes in what tills report, books it, and shows it to people."""
