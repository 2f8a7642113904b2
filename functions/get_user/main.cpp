#include "core/app/serve.h"
#include "core/dynamodb/table_reader.h"
#include "get_user/get_user.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {
  return serverless::serve(
      serverless::bind<serverless::dynamodb::TableReader>(users::get_user_endpoint, users::users_table),
      users::api_names);
}
