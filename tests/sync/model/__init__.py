"""The protocol between tills and head office as a pure model: no file, no database, no clock."""
