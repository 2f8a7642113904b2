#include "core/app/serve.h"
#include "core/dynamodb/table_creator.h"
#include "create_user/create_user.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {
  return serverless::serve(
      serverless::bind<serverless::dynamodb::TableCreator>(users::create_user_endpoint, users::users_table),
      users::api_names);
}
