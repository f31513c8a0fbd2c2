"""From the truth of probes to what a drill has shown: no lab, no clock, no kernel."""
