"""A job as one function from values to values: plan, emit, place, advise, campaign.

Requests of the model come in, answers go out; progress goes to a callback. No console and no
exit: :mod:`netkit.cli` and :mod:`netkit.api` both call these and hold no wiring.
"""
