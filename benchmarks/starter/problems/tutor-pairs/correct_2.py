import sys
from collections import deque


def augment(wishes, tutor_of, pupil_of, start):
    """Breadth-first search for a free tutor; on success changes hands along the way back."""
    came_from = {}
    waiting = deque([start])
    while waiting:
        pupil = waiting.popleft()
        for tutor in wishes[pupil]:
            if tutor in came_from:
                continue
            came_from[tutor] = pupil
            if tutor not in pupil_of:
                while tutor is not None:
                    pupil = came_from[tutor]
                    pupil_of[tutor] = pupil
                    tutor_of[pupil], tutor = tutor, tutor_of.get(pupil)
                return
            waiting.append(pupil_of[tutor])


wishes = [[int(x) for x in line.split()[1:]] for line in sys.stdin]
tutor_of, pupil_of = {}, {}
for pupil in range(1, len(wishes)):
    augment(wishes, tutor_of, pupil_of, pupil)
answer = [str(len(tutor_of))]
answer += [f"{pupil} {tutor}" for pupil, tutor in sorted(tutor_of.items())]
print("\n".join(answer))
