"""Receipt printers: layout, ESC/POS encoding, status, preview and the driver."""
