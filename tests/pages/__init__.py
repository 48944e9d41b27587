"""Small pages written for this project in the structure of each platform, and what a careful reader takes from them."""
