"""The accounts of the demonstration: who can be tried, and what they are."""

from dataclasses import dataclass

PASSWORD = "demo"  # noqa: S105 - of invented people, refused outside a demonstration


@dataclass(frozen=True)
class Account:
    """A demonstration account: user name, who it is (Danish: it stands in the data)."""

    username: str
    who: str


ACCOUNTS = (
    Account("laerer", "Lærer, 3.B og 5.A"),
    Account("laerer2", "Lærer, en anden skole og et andet distrikt"),
    Account("plc", "PLC- og AKT-vejleder"),
    Account("praksis", "Praksisvejleder"),
    Account("psykolog", "Psykolog, Det rådgivende team"),
    Account("familie", "Familierådgiver, Familierådgivningen"),
    Account("leder", "Skoleleder"),
    Account("leder2", "Skoleleder, en anden skole og et andet distrikt; leder af Lyngrækken"),
    Account("sekretaer", "Skolesekretær"),
    Account("distrikt", "Distriktsråd: koordinator og medlem"),
    Account("pku", "Medlem af PKU"),
    Account("formand", "Formand for PKU"),
    Account("pkusek", "Sekretær for PKU"),
    Account("chef", "Børne- og ungechef"),
    Account("admin", "Administrator"),
    Account("dpo", "Kontrollant af opslag (DPO)"),
)
