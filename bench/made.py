"""Made articles in any number, divided among people, states and topics as news is.

``python bench/made.py 2000 > articles.jsonl`` writes facts files that ``kg load`` takes, a line an
article; the same number and seed give the same lines. A few states and people are in most of it
and most are in little: one state is in a tenth of the facts. Names repeat: two people of different
states may bear one name, and many share a surname, which some articles print alone. The texts are
of short sentences, and every fact has its words in them, at their offsets.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from kg.states import state_name

T = TypeVar("T")

FIRST_DAY = date(2004, 1, 1)
DAYS = 20 * 365
STATES = (
    "RUS USA CHN FRA GBR DEU TUR IRN UKR ISR SYR IND EGY SAU JPN POL PAK IRQ KOR ITA BRA ESP QAT"
    " LBN JOR AFG KAZ GEO AZE ARM SRB HUN GRC CYP NLD SWE FIN NOR EST LVA LTU CZE ROU BGR MDA BLR"
    " UZB TKM KGZ TJK MNG VNM THA IDN MYS PHL AUS NZL CAN MEX CUB VEN COL PER CHL ARG DZA MAR TUN"
    " LBY SDN ETH SOM KEN NGA GHA ZAF AGO COD RWA UGA ZMB ARE KWT OMN YEM"
).split()
GIVEN = (
    "Anna Boris Carlos Dilek Emre Farid Greta Hassan Ivana Jamal Karin Leyla Marek Nadia Omar Petra"
    " Quentin Rosa Stefan Tariq Ursula Viktor Wanda Xenia Yusuf Zofia Ahmed Elena Hiroshi Ingrid"
    " Kofi Li Mei Niels Olga Paulo Rania Sergio Tomas Zoë"
).split()
FAMILY_BEGINS = "Ab Al Bar Ber Dal Dor Er Fal Gar Hal Ib Jan Kal Kor Lam Mar Mor Nas Or Pet".split()
FAMILY_ENDS = (
    "adze an ani ard ari berg ć dal enko er eva ez ğan i ian ić ini ins kov man mann mov off ov ova"
    " sen ski son stein ulu wala yev"
).split()
OFFICES = (
    "Foreign Minister", "Prime Minister", "President", "ambassador", "spokesperson",
    "Defence Minister", "special envoy", "deputy minister", "Trade Minister", "adviser",
)  # fmt: skip
SUBJECTS = (
    "ceasefire", "sanctions", "prisoner exchange", "gas transit", "border demarcation",
    "fishing rights", "grain corridor", "arms embargo", "observer mission", "visa regime",
    "debt relief", "water sharing", "nuclear inspections", "peace conference", "trade agreement",
    "refugee return", "election monitoring", "military exercise", "air corridor", "aid convoy",
)  # fmt: skip
BROADER = (
    "ceasefire", "sanctions", "prisoners", "energy", "territory", "trade", "trade", "arms-control",
    "mediation", "relations", "finance", "relations", "nuclear-weapons", "peace-process", "trade",
    "refugees", "elections", "alliances", "relations", "humanitarian-aid",
)  # fmt: skip
CITIES = (
    ("Geneva", "CHE"), ("Vienna", "AUT"), ("Moscow", "RUS"), ("Paris", "FRA"), ("Doha", "QAT"),
    ("Istanbul", "TUR"), ("Astana", "KAZ"), ("Minsk", "BLR"), ("Cairo", "EGY"), ("Berlin", "DEU"),
    ("Brussels", "BEL"), ("New York", "USA"), ("Beijing", "CHN"), ("Tbilisi", "GEO"),
    ("Amman", "JOR"), ("Riyadh", "SAU"), ("Oslo", "NOR"), ("Tokyo", "JPN"),
)  # fmt: skip
PAPERS = tuple(
    f"{place} {kind}"
    for kind in ("Courier", "Herald", "Post", "Gazette", "Wire")
    for place in ("Northern", "Eastern", "Harbour", "Capital", "Lakeside", "Morning", "Union")
)
BODIES = (
    "Council of Coastal States", "Contact Group", "River Commission", "Committee of Envoys",
    "Union of Observers", "Energy Forum", "Group of Nine", "Truce Commission",
)  # fmt: skip
FORMS = ("meeting", "visit", "call", "conference", "negotiation")
STATUSES = ("occurred",) * 8 + ("planned", "denied")
STANCES = ("supports", "supports", "opposes", "opposes", "neutral")
CUES = ("said", "told reporters", "added", "warned", "insisted", "noted")
REASONS = (
    "would be decided within weeks", "had to come before anything else", "was a matter of trust",
    "could not be imposed from outside", "needed guarantees that all sides accept",
    "was closer than many thought", "had been discussed at length", "remained open",
)  # fmt: skip
FACTS = {"meetings": 1.0, "statements": 1.85, "positions": 2.7}
"""Facts of an article by section on average, in the proportion that the samples have them."""


class Zipf:
    """Draws from things of which the n-th comes about 1/n as often as the first.

    Args:
        things: the things, the commonest first.
        slope: how steep it is.
    """

    def __init__(self, things: Sequence[T], slope: float = 1.0) -> None:
        self._things = things
        weights = (1 / (place + 2) ** slope for place in range(len(things)))
        self._sums = list(itertools.accumulate(weights))

    def draw(self, chance: random.Random) -> Any:
        """Return one of the things."""
        return self._things[bisect.bisect(self._sums, chance.random() * self._sums[-1])]


class Text:
    """A text that grows by sentences, and tells where their words are."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def add(self, words: str, rest: str = ". ") -> dict[str, Any]:
        """Append words, and return them as evidence."""
        start = self.length
        self.parts += [words, rest]
        self.length += len(words) + len(rest)
        return {"exact": words, "start": start, "end": start + len(words)}


class World:
    """Everybody whom articles can be about.

    Args:
        articles: how many articles are to be made; there are more people in more of them.
        seed: another number gives another world.
    """

    def __init__(self, articles: int, seed: int = 1) -> None:
        chance = random.Random(seed)
        self.seed, self.articles = seed, articles
        states = Zipf(STATES, 0.75)
        surnames = [b + e for b in FAMILY_BEGINS for e in FAMILY_ENDS]
        chance.shuffle(surnames)
        common = Zipf(surnames, 0.6)
        people = []
        for _ in range(max(200, articles // 4)):
            name = f"{chance.choice(GIVEN)} {common.draw(chance)}"
            people.append((name, states.draw(chance), chance.choice(OFFICES)))
        self.people = Zipf(people, 0.9)
        self.states = states
        topics = [
            (f"{subject} of {chance.choice(CITIES)[0]} and {chance.choice(CITIES)[0]}", broader)
            for subject, broader in zip(SUBJECTS, BROADER, strict=True)
            for _ in range(12)
        ]
        chance.shuffle(topics)
        self.topics = Zipf(topics)
        self.cities = Zipf(CITIES, 0.7)
        self.papers = Zipf(PAPERS, 0.8)
        self.bodies = Zipf(BODIES, 0.8)

    def article(self, number: int) -> dict[str, Any]:
        """Return an article as a facts file has it."""
        return _Making(self, number, random.Random(f"{self.seed}/{number}")).facts()


class _Making:
    def __init__(self, world: World, number: int, chance: random.Random) -> None:
        self.world, self.number, self.chance = world, number, chance
        self.text = Text()
        self.day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        self.parties: dict[str, dict[str, Any]] = {}
        self.topics: dict[str, dict[str, Any]] = {}
        self.places: dict[str, dict[str, Any]] = {}
        for _ in range(2 + min(5, int(chance.expovariate(0.5)))):
            self._person()
        for _ in range(1 + chance.randrange(2)):
            label, broader = world.topics.draw(chance)
            self.topics[f"t{len(self.topics)}"] = {"label": label, "broader": broader}

    def facts(self) -> dict[str, Any]:
        paper = self.world.papers.draw(self.chance)
        city, country = self.world.cities.draw(self.chance)
        self.places["home"] = {"name": city, "country": country}
        self.text.add(f"{city} – {self._topic()[1]} is on the agenda again")
        sections = {
            name: [getattr(self, f"_{name}")(f"{name[0]}{place}") for place in range(count)]
            for name, count in self._counts().items()
        }
        first = next(iter(self.parties.values()))["name"]
        title = f"{first} and the {next(iter(self.topics.values()))['label']}, no. {self.number}"
        return {
            "article": {
                "id": f"made-{self.number:06}",
                "title": title,
                "publisher": paper,
                "url": f"https://news.example/{self.number:06}",
                "published": self.day.isoformat(),
                "place": "home",
                "language": "en",
                "text": "".join(self.text.parts).rstrip(),
            },
            "parties": self.parties,
            "topics": self.topics,
            "places": self.places,
            **{name: facts for name, facts in sections.items() if facts},
        }

    def _counts(self) -> dict[str, int]:
        counts = {}
        for name, average in FACTS.items():
            whole = int(average)
            counts[name] = whole + (self.chance.random() < average - whole)
            counts[name] = max(0, counts[name] + self.chance.choice((-1, 0, 0, 1)))
        return counts

    def _person(self) -> str:
        name, state, office = self.world.people.draw(self.chance)
        local = f"a{len(self.parties)}"
        self.parties[local] = {
            "name": name,
            "kind": "person",
            "state": state,
            "roles": [{"title": office, "of": state}],
            "surface": name.split()[-1],
        }
        if self.chance.random() < 0.04:  # a surname alone, which is the article's own
            self.parties[local] = {"name": name.split()[-1], "kind": "person"}
        return local

    def _party(self) -> tuple[str, str]:
        """Return somebody who acts: mostly a person of the article, else a state or a body."""
        roll = self.chance.random()
        if roll < 0.7:
            local = self.chance.choice([p for p in self.parties if p.startswith("a")])
            return local, self.parties[local]["name"]
        if roll < 0.92:
            code = self.world.states.draw(self.chance)
            self.parties.setdefault(
                code, {"name": state_name(code), "kind": "state", "state": code}
            )
            return code, self.parties[code]["name"]
        if roll < 0.96:
            body = self.world.bodies.draw(self.chance)
            self.parties.setdefault("body", {"name": body, "kind": "organisation"})
            return "body", self.parties["body"]["name"]
        self.parties.setdefault("crowd", {"name": "delegates", "kind": "group"})
        return "crowd", "delegates"

    def _two(self) -> tuple[tuple[str, str], tuple[str, str]]:
        one = other = self._party()
        while one[0] == other[0]:
            other = self._party()
        return one, other

    def _topic(self) -> tuple[str, str]:
        local = self.chance.choice(list(self.topics))
        return local, self.topics[local]["label"]

    def _day(self) -> str:
        """Return a day before the article, or, vaguely, a month or a year."""
        day = self.day - timedelta(days=int(self.chance.expovariate(0.1)))
        return self.chance.choice((*(day.isoformat(),) * 8, f"{day:%Y-%m}", f"{day:%Y}"))

    def _meetings(self, local: str) -> dict[str, Any]:
        (one, name), (other, others) = self._two()
        topic, label = self._topic()
        city, country = self.world.cities.draw(self.chance)
        place = f"c{len(self.places)}"
        self.places[place] = {"name": city, "country": country}
        words = self.text.add(f"{name} met {others} in {city} to speak about the {label}")
        return {
            "id": local, "participants": [one, other], "form": self.chance.choice(FORMS),
            "status": self.chance.choice(STATUSES), "place": place, "date": self._day(),
            "about": topic, "evidence": words,
        }  # fmt: skip

    def _statements(self, local: str) -> dict[str, Any]:
        speaker, name = self._party()
        topic, label = self._topic()
        cue = self.chance.choice(CUES)
        begun = self.text.add(f"{name} {cue} that ", "")
        content = self.text.add(f"the {label} {self.chance.choice(REASONS)}")
        words = {
            "exact": begun["exact"] + content["exact"],
            "start": begun["start"],
            "end": content["end"],
        }
        return {
            "id": local, "speaker": speaker, "mode": "indirect", "content": content, "cue": cue,
            "about": topic, "date": self._day(), "evidence": words,
        }  # fmt: skip

    def _positions(self, local: str) -> dict[str, Any]:
        (holder, name), (other, others) = self._two()
        topic, label = self._topic()
        stance = self.chance.choice(STANCES)
        verb = {"supports": "backs", "opposes": "rejects", "neutral": "has no view on"}[stance]
        on_party = self.chance.random() < 0.25
        target, what = (other, others) if on_party else (topic, f"the {label}")
        words = self.text.add(f"{name} {verb} {what}")
        return {
            "id": local, "holder": holder, "target": target, "stance": stance,
            "shown_by": "word", "valid_from": self._day(), "evidence": words,
        }  # fmt: skip


def articles(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield articles as facts files have them.

    Args:
        count: how many.
        seed: another number gives other ones.
    """
    world = World(count, seed)
    for number in range(count):
        yield world.article(number)


def main() -> None:
    """Write articles to standard output, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for facts in articles(options.count, options.seed):
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
