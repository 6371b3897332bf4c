"""What is done beside the sandbox workers of a Ray cluster, or in processes of their own, instead of here.

They import these modules by name: what they carry out cannot be part of one that runs as a command.
"""
