"""What a scanned or typed code says: trade item numbers, GS1 data, the retailer's own numbers."""
