"""The outermost room: what runs when. Files here wire; they compute nothing."""
