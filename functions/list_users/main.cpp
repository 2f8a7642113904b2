#include "core/app/serve.h"
#include "core/dynamodb/table_finder.h"
#include "list_users/list_users.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {
  return serverless::serve(
      serverless::bind<serverless::dynamodb::TableFinder>(users::list_users_endpoint, users::users_table),
      users::api_names);
}
