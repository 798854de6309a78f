"""Lists and pages of what is kept, narrowed to what a reader may see."""
