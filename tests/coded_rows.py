"""Invented rows of an event table, of states that the samples tell of: what goldens count on."""

from __future__ import annotations

from tables import row

VISIT = "https://news.example.org/visit"


def coded_rows() -> list[str]:
    """Return the rows in the order of their ids."""
    return [
        # Washington, December 1987: Moscow visits, told by both sides; talks; one row too late.
        row(101, "042", "SUN", "USA", SQLDATE="19871208", NumMentions="10", SOURCEURL=VISIT),
        row(102, "043", "USA", "SUN", SQLDATE="19871208", NumMentions="7"),
        row(103, "046", "USAGOV", "SUNGOV", SQLDATE="19871210", NumMentions="5",
            GoldsteinScale="7.0"),
        row(104, "036", "USA", "SUN", SQLDATE="19871211", NumMentions="3"),
        row(105, "051", "SUN", "USA", SQLDATE="19871214", GoldsteinScale="3.4"),
        # Around the end of February 1987, when Moscow changed its position.
        row(106, "120", "USA", "SUN", SQLDATE="19870302", GoldsteinScale="-4.0", SOURCEURL=""),
        row(107, "111", "SUN", "USA", SQLDATE="19870225", GoldsteinScale="-2.0"),
        row(108, "111", "SUN", "USA", SQLDATE="19870224", GoldsteinScale="-2.0"),
        row(109, "130", "SUN", "USA", SQLDATE="19870205", GoldsteinScale="-4.4"),
        row(110, "138", "USA", "SUN", SQLDATE="19870205", GoldsteinScale="-9.0"),
        # Camp David, September 1978.
        row(111, "040", "EGY", "ISR", SQLDATE="19780906", NumMentions="20"),
        row(112, "045", "USA", "EGY", SQLDATE="19780906"),
        row(113, "040", "ISRMIL", "EGY", SQLDATE="19780917", NumMentions="1"),
        row(114, "057", "EGY", "ISR", SQLDATE="19780917", GoldsteinScale="8.0"),
        row(115, "057", "ISR", "EGY", SQLDATE="19780917", GoldsteinScale="8.0"),
        # France and Germany: as often as Egypt and Israel, and less in the news.
        row(116, "041", "DEU", "FRA", SQLDATE="20310501", NumMentions="2"),
        row(117, "040", "FRA", "DEU", SQLDATE="20310512", NumMentions="2"),
        row(118, "051", "FRA", "DEU", SQLDATE="20310512", GoldsteinScale="3.4"),
        row(119, "112", "FRA", "DEU", SQLDATE="20310512", GoldsteinScale="-2.0"),
        # Belgium and France, Austria and France: once each, equally often in the news.
        row(120, "040", "BEL", "FRA", SQLDATE="20310510", NumMentions="2"),
        row(121, "040", "FRA", "AUT", SQLDATE="20310510", NumMentions="2"),
        # A month, a week and a year ago: guesses. Yesterday is none, nor are twelve days.
        row(122, "051", "AUT", "BEL", SQLDATE="20310412", GoldsteinScale="3.4"),
        row(123, "051", "AUT", "BEL", SQLDATE="20310505", GoldsteinScale="3.4"),
        row(124, "051", "AUT", "BEL", SQLDATE="20300512", GoldsteinScale="3.4"),
        row(125, "051", "AUT", "BEL", SQLDATE="20310511", GoldsteinScale="3.4"),
        row(126, "051", "AUT", "FRA", SQLDATE="20310430", GoldsteinScale="3.4"),
        # One state with itself, and parties that are no states.
        row(127, "040", "FRA", "FRAGOV", SQLDATE="20310512"),
        row(128, "040", "FRABUS", "DEU", SQLDATE="20310512"),
        row(129, "111", "FRA", "EUR", SQLDATE="20310512"),
        row(130, "111", "DEUBUS", "FRA", SQLDATE="20310512"),
        row(131, "051", "FRAGOV", "FRA", SQLDATE="20310512"),
        row(132, "010", "FRA", SQLDATE="20310512"),
        # Beijing, at the end of a leap year's February.
        row(133, "057", "USA", "CHN", SQLDATE="19720301", GoldsteinScale="8.0", SOURCEURL=""),
        row(134, "111", "CHN", "USA", SQLDATE="19720302", GoldsteinScale="-2.0"),
        # Washington and Bonn, August 1987; an answer; and Washington with itself at Reykjavik.
        row(135, "051", "USA", "DEU", SQLDATE="19870827", GoldsteinScale="3.4"),
        row(136, "112", "DEU", "USA", SQLDATE="19870827", SOURCEURL="Invented News Agency"),
        row(137, "040", "USA", "USAGOV", SQLDATE="19861011"),
    ]  # fmt: skip
