"""The device ledger 设备台账."""
