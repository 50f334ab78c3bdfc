"""One file a step, named in order; a step that has been released is never changed."""
