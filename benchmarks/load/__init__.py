"""The service under load: how long do its answers take, what do they cost, and does its memory stay as it is?"""
