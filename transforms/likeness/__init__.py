"""Parts of the search for copies; `transforms.copies` puts them together."""
