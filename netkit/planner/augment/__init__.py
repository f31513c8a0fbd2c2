"""What to build: links, sites and exchange points that bring pairs inside their bounds.

A topology and its plan come in; candidates ranked, the best set of them with its proof (maximum
coverage, MILP), and what would fix each pair go out.
"""
