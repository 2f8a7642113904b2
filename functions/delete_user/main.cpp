#include "delete_user/delete_user.h"

#include "app/serve.h"

int main() {
  return users::serve(users::delete_user_endpoint);
}
