"""What chrony 4.3 and linuxptp 3.1.1 really print, recorded between two namespaces.

chronyd ran with ``-x``, ptp4l with software stamps and ``free_running``: neither held a clock, so
ptp4l's port stays UNCALIBRATED, however well it measures.
"""

from __future__ import annotations

CHRONY_NTP = (
    "C0000201,192.0.2.1,3,1795367648.795115072,-0.000002316,0.000000001,0.000000219,"
    "-0.001,-0.000,0.053,0.000008784,0.000000581,0.3,Normal\n"
)
"""Synchronised to a server of stratum 2."""

CHRONY_GPS = (
    "47505300,GPS,1,1795367733.433801228,0.000000100,0.000000000,0.000000000,"
    "-0.000,0.000,0.000,0.000000001,0.000001230,1.0,Normal\n"
)
"""To a reference clock of its own."""

CHRONY_LOCAL = (
    "7F7F0101,,2,1795367639.514909760,0.000000000,0.000000000,0.000000000,"
    "0.000,0.000,0.000,0.000000000,0.000000000,0.0,Normal\n"
)
"""``local stratum 2``: it serves its own clock, whatever that shows."""

CHRONY_NONE = (
    "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,"
    "0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised\n"
)
"""Started a moment ago."""

PMC_TRACKING = """\
sending: GET TIME_STATUS_NP
sending: GET CURRENT_DATA_SET
sending: GET PARENT_DATA_SET
sending: GET PORT_DATA_SET
\tce53db.fffe.60d00b-0 seq 0 RESPONSE MANAGEMENT TIME_STATUS_NP
\t\tmaster_offset              -934
\t\tingress_time               1795367769757082092
\t\tcumulativeScaledRateOffset +0.000000000
\t\tscaledLastGmPhaseChange    0
\t\tgmTimeBaseIndicator        0
\t\tlastGmPhaseChange          0x0000'0000000000000000.0000
\t\tgmPresent                  true
\t\tgmIdentity                 9ec62a.fffe.cafdf8
\tce53db.fffe.60d00b-0 seq 1 RESPONSE MANAGEMENT CURRENT_DATA_SET
\t\tstepsRemoved     1
\t\toffsetFromMaster -934.0
\t\tmeanPathDelay    1695.0
\tce53db.fffe.60d00b-0 seq 2 RESPONSE MANAGEMENT PARENT_DATA_SET
\t\tparentPortIdentity                    9ec62a.fffe.cafdf8-1
\t\tparentStats                           0
\t\tobservedParentOffsetScaledLogVariance 0xffff
\t\tobservedParentClockPhaseChangeRate    0x7fffffff
\t\tgrandmasterPriority1                  1
\t\tgm.ClockClass                         6
\t\tgm.ClockAccuracy                      0x21
\t\tgm.OffsetScaledLogVariance            0xffff
\t\tgrandmasterPriority2                  128
\t\tgrandmasterIdentity                   9ec62a.fffe.cafdf8
\tce53db.fffe.60d00b-1 seq 3 RESPONSE MANAGEMENT PORT_DATA_SET
\t\tportIdentity            ce53db.fffe.60d00b-1
\t\tportState               UNCALIBRATED
\t\tlogMinDelayReqInterval  -3
\t\tpeerMeanPathDelay       0
\t\tlogAnnounceInterval     -2
\t\tannounceReceiptTimeout  3
\t\tlogSyncInterval         -3
\t\tdelayMechanism          1
\t\tlogMinPdelayReqInterval 0
\t\tversionNumber           2
"""
"""A port that has chosen a grandmaster."""

PMC_GRANDMASTER = """\
sending: GET TIME_STATUS_NP
sending: GET CURRENT_DATA_SET
sending: GET PARENT_DATA_SET
sending: GET PORT_DATA_SET
\t9ec62a.fffe.cafdf8-0 seq 0 RESPONSE MANAGEMENT TIME_STATUS_NP
\t\tmaster_offset              0
\t\tingress_time               0
\t\tcumulativeScaledRateOffset +0.000000000
\t\tscaledLastGmPhaseChange    0
\t\tgmTimeBaseIndicator        0
\t\tlastGmPhaseChange          0x0000'0000000000000000.0000
\t\tgmPresent                  false
\t\tgmIdentity                 9ec62a.fffe.cafdf8
\t9ec62a.fffe.cafdf8-0 seq 1 RESPONSE MANAGEMENT CURRENT_DATA_SET
\t\tstepsRemoved     0
\t\toffsetFromMaster 0.0
\t\tmeanPathDelay    0.0
\t9ec62a.fffe.cafdf8-0 seq 2 RESPONSE MANAGEMENT PARENT_DATA_SET
\t\tparentPortIdentity                    9ec62a.fffe.cafdf8-0
\t\tparentStats                           0
\t\tobservedParentOffsetScaledLogVariance 0xffff
\t\tobservedParentClockPhaseChangeRate    0x7fffffff
\t\tgrandmasterPriority1                  1
\t\tgm.ClockClass                         6
\t\tgm.ClockAccuracy                      0x21
\t\tgm.OffsetScaledLogVariance            0xffff
\t\tgrandmasterPriority2                  128
\t\tgrandmasterIdentity                   9ec62a.fffe.cafdf8
\t9ec62a.fffe.cafdf8-1 seq 3 RESPONSE MANAGEMENT PORT_DATA_SET
\t\tportIdentity            9ec62a.fffe.cafdf8-1
\t\tportState               MASTER
\t\tlogMinDelayReqInterval  -3
\t\tpeerMeanPathDelay       0
\t\tlogAnnounceInterval     -2
\t\tannounceReceiptTimeout  3
\t\tlogSyncInterval         -3
\t\tdelayMechanism          1
\t\tlogMinPdelayReqInterval 0
\t\tversionNumber           2
"""
"""The grandmaster itself."""

PMC_LISTENING = """\
sending: GET TIME_STATUS_NP
sending: GET CURRENT_DATA_SET
sending: GET PARENT_DATA_SET
sending: GET PORT_DATA_SET
\tce53db.fffe.60d00b-0 seq 0 RESPONSE MANAGEMENT TIME_STATUS_NP
\t\tmaster_offset              0
\t\tingress_time               0
\t\tcumulativeScaledRateOffset +0.000000000
\t\tscaledLastGmPhaseChange    0
\t\tgmTimeBaseIndicator        0
\t\tlastGmPhaseChange          0x0000'0000000000000000.0000
\t\tgmPresent                  false
\t\tgmIdentity                 ce53db.fffe.60d00b
\tce53db.fffe.60d00b-0 seq 1 RESPONSE MANAGEMENT CURRENT_DATA_SET
\t\tstepsRemoved     0
\t\toffsetFromMaster 0.0
\t\tmeanPathDelay    0.0
\tce53db.fffe.60d00b-0 seq 2 RESPONSE MANAGEMENT PARENT_DATA_SET
\t\tparentPortIdentity                    ce53db.fffe.60d00b-0
\t\tparentStats                           0
\t\tobservedParentOffsetScaledLogVariance 0xffff
\t\tobservedParentClockPhaseChangeRate    0x7fffffff
\t\tgrandmasterPriority1                  128
\t\tgm.ClockClass                         255
\t\tgm.ClockAccuracy                      0xfe
\t\tgm.OffsetScaledLogVariance            0xffff
\t\tgrandmasterPriority2                  128
\t\tgrandmasterIdentity                   ce53db.fffe.60d00b
\tce53db.fffe.60d00b-1 seq 3 RESPONSE MANAGEMENT PORT_DATA_SET
\t\tportIdentity            ce53db.fffe.60d00b-1
\t\tportState               LISTENING
\t\tlogMinDelayReqInterval  -3
\t\tpeerMeanPathDelay       0
\t\tlogAnnounceInterval     -2
\t\tannounceReceiptTimeout  3
\t\tlogSyncInterval         -3
\t\tdelayMechanism          1
\t\tlogMinPdelayReqInterval 0
\t\tversionNumber           2
"""
"""Nobody there."""
