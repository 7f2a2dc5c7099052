"""What joins the till's parts to the machine: threads, devices, words, looks."""
