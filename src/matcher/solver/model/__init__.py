"""The integer rows of the model over columns, and what pins leave of them."""
