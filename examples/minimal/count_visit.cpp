#include <cstdint>
#include <string>

#include "core/app/serve.h"
#include "core/dynamodb/table_creator.h"
#include "core/dynamodb/table_updater.h"
#include "core/http/responses.h"
#include "core/json/writer.h"
#include "core/support/utf8.h"

namespace {

using namespace serverless;
using ErrorKind = dynamodb::TableError::Kind;

/// Returns the table of pages, whose name is in TABLE_NAME. It has no unique attribute, and so needs no table
/// of claims.
dynamodb::Table visits_table(const Environment& environment) {
  return {.name = environment.require("TABLE_NAME"), .claims_name = "", .key_attribute = "page"};
}

/// The operations on the table that the function needs.
struct VisitsTable {
  explicit VisitsTable(const dynamodb::TableAccess& access) : creator(access), updater(access) {}

  dynamodb::TableCreator creator;
  dynamodb::TableUpdater updater;
};

/// The visits to each page. The item of a page has the version 1 at creation, and each change increases it by
/// one, so the version is the number of visits. A retried request to DynamoDB counts once, except as
/// dynamodb::ItemUpdater::update() says.
class VisitStore {
 public:
  explicit VisitStore(VisitsTable& table) : table_(table) {}

  /// Counts a visit to the page. Returns the number of visits to it.
  Result<std::int64_t> count(const std::string& page) {
    auto counted = increase(page);
    if (!counted && counted.error().kind == ErrorKind::not_found) {
      const auto created =
          table_.creator.create({{"page", page}, {dynamodb::version_attribute, std::int64_t{1}}});
      if (created) return 1;
      const bool was_overtaken = created.error().kind == ErrorKind::exists;
      counted = was_overtaken ? increase(page) : tl::unexpected(created.error());
    }
    return counted.map_error(to_problem);
  }

 private:
  dynamodb::TableResult<std::int64_t> increase(const std::string& page) {
    return table_.updater.update(page, {}, {}).map([](const dynamodb::StoredItem& stored) {
      return stored.item.number<std::int64_t>(dynamodb::version_attribute).value_or(0);
    });
  }

  static Problem to_problem(const dynamodb::TableError& error) {
    return error.kind == ErrorKind::unavailable ? Problem::unavailable(error.cause)
                                                : Problem::internal(error.cause);
  }

  VisitsTable& table_;
};

Result<std::string> page_of(const http::Request& request) {
  constexpr std::size_t max_bytes = 100;
  std::string page = request.path_parameters.at("page");
  if (page.size() > max_bytes || !is_utf8(page))
    return failure(Problem::invalid("page", "invalid_format", "must be at most 100 bytes of UTF-8"));
  return page;
}

/// Counts a visit to a page: 200 with the number of visits.
Result<http::Response> count_visit(const http::Request& request, const Services<VisitStore>& services) {
  return page_of(request).and_then([&](const std::string& page) {
    return services.store.count(page).map([&](std::int64_t visits) {
      json::Writer body;
      body.begin_object().member("page", page).member("visits", visits).end_object();
      return http::json_response(200, std::move(body).text());
    });
  });
}

constexpr Endpoint<VisitStore> count_visit_endpoint{
    {"POST", "/pages/{page}/visits"}, "visits:write", count_visit};

}  // namespace

int main() {
  return serve(bind<VisitsTable>(count_visit_endpoint, visits_table),
               {.realm = "visits", .metrics_namespace = "Visits", .user_agent = "visits/1.0"});
}
