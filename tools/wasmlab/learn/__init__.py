"""`wasmlab learn`, `hint` and `reset`: a student's copy of a course, worked through lesson by lesson."""
