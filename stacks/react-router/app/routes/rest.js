// Middleware runs for paths that match a route: those of endsession match this one.
export const loader = () => new Response("Not Found", { status: 404 });
export { loader as action };
