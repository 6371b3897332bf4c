wide, _, long = input().partition(" ")
a, b = int(wide), int(long)
x, y = a, b
while y:
    x, y = y, x % y
print(x, (a // x) * (b // x))
