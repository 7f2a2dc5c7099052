"""What watches over the sync at head office: the page of tills, figures for Prometheus."""
