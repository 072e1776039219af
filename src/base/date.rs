//! A day of the calendar. Knows no clock and no time zone.

use std::fmt;
use std::str::FromStr;

/// What is said of a text that should be a day, behind the text.
pub const NO_DAY: &str = " is no day such as 2027-01-31";

/// A day; earlier ones are smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that lies so many days behind the first of January 1970.
    pub fn from_days(days: u32) -> Self {
        let (mut year, mut left) = (1970, days);
        while days_of_year(year) <= left {
            left -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while days_of_month(year, month) <= left {
            left -= days_of_month(year, month);
            month += 1;
        }
        Self { year, month, day: left as u8 + 1 }
    }
}

impl FromStr for Date {
    type Err = ();

    /// `2027-01-31`
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut next = |length: usize| {
            let part =
                parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok()).ok_or(())
        };
        let (year, month, day) = (next(4)?, next(2)? as u8, next(2)? as u8);
        let is_day = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&u32::from(day));
        if is_day && parts.next().is_none() { Ok(Self { year, month, day }) } else { Err(()) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u16, month: u8) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_on() {
        let shown = |days| Date::from_days(days).to_string();
        assert_eq!([shown(0), shown(31), shown(365)], ["1970-01-01", "1970-02-01", "1971-01-01"]);
        assert_eq!([shown(11_016), shown(11_017), shown(20_782)], ["2000-02-29", "2000-03-01", "2026-11-25"]);
    }

    #[test]
    fn only_days_of_the_calendar_are_read() {
        let read = |text: &str| text.parse::<Date>().map(|date| date.to_string());
        assert_eq!(read("2027-01-31"), Ok("2027-01-31".to_owned()));
        for wrong in ["2027-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "27-01-01", "2027-01-01-01", "", "today"] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }
}
