#include "core/http/date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace serverless::http {
namespace {

constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view weekday_of(Instant instant) {
  const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(instant));
  return weekdays[weekday.c_encoding()];
}

}  // namespace

std::optional<Instant> parse_date(std::string_view text) {
  if (text.size() != std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size()) return std::nullopt;
  const auto day = text.substr(5, 2);
  const auto month = text.substr(8, 3);
  const auto year = text.substr(12, 4);
  const auto time = text.substr(17, 8);
  const auto month_number = std::ranges::find(months, month) - months.begin() + 1;
  const auto instant = from_rfc3339(fmt::format("{}-{:02}-{}T{}.000Z", year, month_number, day, time));
  if (!instant) return std::nullopt;
  // The weekday and the separators follow from the rest.
  const bool fits = text == fmt::format("{}, {} {} {} {} GMT", weekday_of(*instant), day, month, year, time);
  return fits ? instant : std::nullopt;
}

}  // namespace serverless::http
