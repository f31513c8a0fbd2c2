"""What people see of a run of the lab: its measured pairs, its ledger, a drill."""
