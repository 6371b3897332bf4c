def ordered(row):
    """The row in order, with the swaps and coins that it takes."""
    if len(row) < 2:
        return row, 0, 0
    middle = len(row) // 2
    left, swaps_left, coins_left = ordered(row[:middle])
    right, swaps_right, coins_right = ordered(row[middle:])
    swaps, coins = swaps_left + swaps_right, coins_left + coins_right
    merged = []
    rest = sum(left)  # heights in left that are not yet merged
    i = 0
    for height in right:
        while i < len(left) and left[i] <= height:
            merged.append(left[i])
            rest -= left[i]
            i += 1
        swaps += len(left) - i
        coins += rest - height * (len(left) - i)
        merged.append(height)
    return merged + left[i:], swaps, coins


with open("/dev/stdin") as heights:
    _, *row = map(int, heights.read().split())
_, swaps, coins = ordered(row)
print(swaps, coins)
