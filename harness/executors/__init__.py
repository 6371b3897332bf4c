"""What is done beside the sandbox workers of a Ray cluster instead of here.

The nodes import these modules by name: what they carry out cannot be part of one that runs as a command.
"""
