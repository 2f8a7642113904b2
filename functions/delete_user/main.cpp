#include "core/app/serve.h"
#include "core/dynamodb/table_remover.h"
#include "delete_user/delete_user.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {
  return serverless::serve(
      serverless::bind<serverless::dynamodb::TableRemover>(users::delete_user_endpoint, users::users_table),
      users::api_names);
}
