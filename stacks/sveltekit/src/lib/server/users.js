// Stands for your own user table, with salted and slowly hashed passwords.
const users = [{ id: "ada", email: "ada@example.com", password: "password123" }];

export const findUser = async (email, password) =>
  users.find((user) => user.email === email && user.password === password);

export const setPassword = async (_userId, _password) => undefined;
