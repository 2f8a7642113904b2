"""What the template must say of each function."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    program: str
    method: str
    path: str
    #: What it may do, by table or index of the template.
    rights: dict[str, set[str]]

    @property
    def transacts(self) -> bool:
        return "dynamodb:PutItem" in self.actions or "dynamodb:DeleteItem" in self.actions

    @property
    def actions(self) -> set[str]:
        return set().union(*self.rights.values())


# A transaction is allowed by what allows its actions: AWS knows no right to TransactWriteItems.
FUNCTIONS = {
    "CreateUser": Expected(
        "create_user",
        "POST",
        "/users",
        {"UsersTable": {"dynamodb:PutItem", "dynamodb:GetItem"}, "ClaimsTable": {"dynamodb:PutItem"}},
    ),
    "GetUser": Expected("get_user", "GET", "/users/{userId}", {"UsersTable": {"dynamodb:GetItem"}}),
    "ListUsers": Expected(
        "list_users",
        "GET",
        "/users",
        {
            "UsersTable": {"dynamodb:Scan", "dynamodb:GetItem"},
            "UsersTable/index/ByName": {"dynamodb:Query"},
            "ClaimsTable": {"dynamodb:GetItem"},
        },
    ),
    "UpdateUser": Expected(
        "update_user",
        "PUT",
        "/users/{userId}",
        {"UsersTable": {"dynamodb:UpdateItem"}, "ClaimsTable": {"dynamodb:PutItem", "dynamodb:DeleteItem"}},
    ),
    "DeleteUser": Expected(
        "delete_user",
        "DELETE",
        "/users/{userId}",
        {"UsersTable": {"dynamodb:GetItem", "dynamodb:DeleteItem"}, "ClaimsTable": {"dynamodb:DeleteItem"}},
    ),
}


def arn(name: str) -> object:
    """What the template says for a table or an index of this name."""
    table, slash, index = name.partition("/")
    return f"${{{table}.Arn}}/{index}" if slash else {"Fn::GetAtt": [table, "Arn"]}
