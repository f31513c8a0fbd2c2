"""The closed loop, without the world: measured links to advertised delays to plans to be applied.

Windows and the time go in; a new state and what is to be done come out. Damping follows RFC 8570
§5 to §7, which rule what an IGP may announce of a link's measured delay.
"""
