export default {
  serverExternalPackages: ["endsession"],
};
