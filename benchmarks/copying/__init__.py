"""An invented archive for measuring the search for copies."""
