"""Tables in and out: the only room that knows data frames, and files of rows."""
