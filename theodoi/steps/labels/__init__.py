"""Labels by people: draw what is to be labelled, hand it out, take it back, measure agreement, learn from it later."""
