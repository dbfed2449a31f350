"""Who made a checkpoint of the log: signed notes, the log's keys, checkpoints as notes."""
