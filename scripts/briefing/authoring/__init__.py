"""What helps an author to write: the only part of the program that writes into briefs/."""
