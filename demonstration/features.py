"""What the demonstration adds: the people who can be tried."""

from haderslev.core.demonstration import DemoAccount

ACCOUNTS = (
    DemoAccount("laerer", "Lærer, 3.B og 5.A"),
    DemoAccount("laerer2", "Lærer, en anden skole og et andet distrikt"),
    DemoAccount("plc", "PLC- og AKT-vejleder"),
    DemoAccount("praksis", "Praksisvejleder"),
    DemoAccount("psykolog", "Psykolog, Det rådgivende team"),
    DemoAccount("familie", "Familierådgiver, Familierådgivningen"),
    DemoAccount("leder", "Skoleleder"),
    DemoAccount("leder2", "Skoleleder, en anden skole og et andet distrikt; leder af Lyngrækken"),
    DemoAccount("sekretaer", "Skolesekretær"),
    DemoAccount("distrikt", "Distriktsråd: koordinator og medlem"),
    DemoAccount("pku", "Medlem af PKU"),
    DemoAccount("formand", "Formand for PKU"),
    DemoAccount("pkusek", "Sekretær for PKU"),
    DemoAccount("chef", "Børne- og ungechef"),
    DemoAccount("admin", "Administrator"),
    DemoAccount("dpo", "Kontrollant af opslag (DPO)"),
)
