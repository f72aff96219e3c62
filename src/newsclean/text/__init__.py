"""What both flows need of text: repair of broken characters, and lines with offsets and folded keys."""
