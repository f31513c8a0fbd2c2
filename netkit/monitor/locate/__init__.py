"""Which links explain what changed in a mesh and what did not (docs/locate.md).

Evidence per flow with the route it may have taken comes in; the smallest sets of links, in
direction, that explain it, and the posterior of each, go out. Boolean tomography as a hitting set
(Duffield, IEEE Trans. Inf. Theory 52, 2006), then Bayes over the sizes of the changes (Nguyen and
Thiran, INFOCOM 2007).
"""
