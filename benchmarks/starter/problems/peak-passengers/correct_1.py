import sys


def rows():
    while line := sys.stdin.readline():
        yield [int(number) for number in line.split()]


stops = rows()
_, room = next(stops)
aboard = peak = walked = 0
for leaving, waiting in stops:
    aboard -= min(aboard, leaving)
    boarding = min(waiting, room - aboard)
    aboard += boarding
    walked += waiting - boarding
    peak = max(peak, aboard)
print(peak, walked)
