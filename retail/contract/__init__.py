"""What till and head office say to one another; versioned apart from every table."""
